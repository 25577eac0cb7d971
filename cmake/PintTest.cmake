# How a folder of tests becomes a GoogleTest program, each of whose tests CTest knows by name.
find_package(GTest REQUIRED)
include(GoogleTest)

# All test programs in which threads meet; CTest's label for their tests is "threads". A folder of such tests
# sets PINT_TEST_THREADS.
add_custom_target(pint_threads)

# pint_test(name SOURCES files… USES folders…): a test program over the objects of the named folders of src/,
# which it tests from the inside. List every folder: objects are not inherited from the folders those use.
# Under a sanitizer a program without threads is one test of CTest: to start it for each of its tests would
# take a hundred times as long as the tests do.
function(pint_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;USES" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  pint_common(${name})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_compile_options(${name} PRIVATE -O1)  # what is tested is optimised; the tests compile twice as fast
  list(TRANSFORM arg_USES PREPEND pint_)
  target_link_libraries(${name} PRIVATE ${arg_USES} GTest::gtest_main Threads::Threads)
  if(PINT_TEST_THREADS)
    add_dependencies(pint_threads ${name})
    gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS threads)
  elseif(CMAKE_CXX_FLAGS MATCHES "-fsanitize=")
    add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
    set_tests_properties(${name} PROPERTIES TIMEOUT 600)
  else()
    gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60)
  endif()
endfunction()
