# cmake --install: the archive, its headers and the package that find_package(PintBroker) reads.
#
# Two export sets, because only PintBroker::gtest_main needs GoogleTest: a program that does not use it need
# not have it.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/PintBroker)

install(
  TARGETS pint_broker pint_testkit_archive EXPORT PintBrokerTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT PintBrokerTargets NAMESPACE PintBroker:: DESTINATION ${package_dir})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/pint DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

if(GTest_FOUND)
  install(
    TARGETS pint_gtest_main EXPORT PintBrokerGtestMainTargets
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(EXPORT PintBrokerGtestMainTargets NAMESPACE PintBroker:: DESTINATION ${package_dir})
endif()
if(TARGET pintbroker)
  install(TARGETS pintbroker RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

configure_package_config_file(
  ${CMAKE_CURRENT_LIST_DIR}/PintBrokerConfig.cmake.in ${PROJECT_BINARY_DIR}/PintBrokerConfig.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/PintBrokerConfigVersion.cmake COMPATIBILITY SameMajorVersion)
install(
  FILES ${PROJECT_BINARY_DIR}/PintBrokerConfig.cmake ${PROJECT_BINARY_DIR}/PintBrokerConfigVersion.cmake
  DESTINATION ${package_dir})
