# unit_tests builds the tests beside the code, system_tests the programs that test/ needs.
add_custom_target(unit_tests)
add_custom_target(system_tests)

# One static library per folder of src/: lessor_folder(NAME [PURE] DEPENDS ... LINK ...).
# Every x_test.cc beside the code joins the folder's test program, NAME_test.
# PURE folders are engines and formats: no exceptions, no RTTI (every way out of a function shows).
function(lessor_folder name)
  cmake_parse_arguments(ARG "PURE" "" "DEPENDS;LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  if(NOT sources)
    return()
  endif()
  add_library(lessor_${name} STATIC ${sources})
  target_include_directories(lessor_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  list(TRANSFORM ARG_DEPENDS PREPEND lessor_)
  target_link_libraries(lessor_${name} PUBLIC ${ARG_DEPENDS} PRIVATE ${ARG_LINK})
  if(ARG_PURE)
    target_compile_options(lessor_${name} PRIVATE -fno-exceptions -fno-rtti)
  endif()
  if(tests AND LESSOR_UNIT_TESTS)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE lessor_${name} ${ARG_LINK} GTest::gmock
                          GTest::gtest_main)
    # From the root: tests name test/vectors and docs/ relative to it.
    gtest_discover_tests(${name}_test DISCOVERY_MODE PRE_TEST
                         WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    add_dependencies(unit_tests ${name}_test)
  endif()
endfunction()
