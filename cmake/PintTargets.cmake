# What all our targets have in common: the language, the warnings, and how a folder becomes a library.

# Settings for one target of ours.
function(pint_common target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wconversion -Wshadow)
  # A section for each function, so that a program that links us can leave out what it does not call.
  target_compile_options(${target} PRIVATE -ffunction-sections -fdata-sections)
  if(PINT_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src)
endfunction()

# pint_folder(name SOURCES files… USES folders…): one folder of src/ as an object library; what it may
# include is what it USES (tests/tidy checks the includes). The objects of all folders make up
# PintBroker::broker.
function(pint_folder name)
  cmake_parse_arguments(arg "" "" "SOURCES;USES" ${ARGN})
  add_library(pint_${name} OBJECT ${arg_SOURCES})
  pint_common(pint_${name})
  target_include_directories(pint_${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>)
  foreach(folder ${arg_USES})
    target_link_libraries(pint_${name} PUBLIC pint_${folder})
  endforeach()
endfunction()

# What runs once, at start: small is better than fast, since a page that is not read costs no time and no
# memory.
function(pint_optimise_for_size target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-Os>)
endfunction()
