# lessor-sim-planted: the worlds with the bugs of planted_bugs.txt in them. Copies of the sources
# that are touched are compiled into the program, and win over the libraries' own.
set(table ${CMAKE_CURRENT_SOURCE_DIR}/planted_bugs.txt)
set(planter ${CMAKE_CURRENT_SOURCE_DIR}/plant.py)
set(planted ${CMAKE_CURRENT_BINARY_DIR}/planted)
find_package(Python3 REQUIRED COMPONENTS Interpreter)
execute_process(COMMAND ${Python3_EXECUTABLE} -B ${planter} ${table} --files
                OUTPUT_VARIABLE files OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
string(REPLACE "\n" ";" files "${files}")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${table} ${planter})

set(originals ${files})
set(copies ${files})
list(TRANSFORM originals PREPEND ${CMAKE_SOURCE_DIR}/)
list(TRANSFORM copies PREPEND ${planted}/)
add_custom_command(OUTPUT ${copies} ${planted}/planted_table.cc
                   COMMAND ${Python3_EXECUTABLE} -B ${planter} ${table} ${CMAKE_SOURCE_DIR}
                           ${planted}
                   COMMAND ${CMAKE_COMMAND} -E touch_nocreate ${planted}/planted_table.cc
                   DEPENDS ${table} ${planter} ${originals}
                   COMMENT "Planting bugs" VERBATIM)
# Engines are built as in their folders.
set(engine_copies ${copies})
list(FILTER engine_copies INCLUDE REGEX "/planted/src/")
set_source_files_properties(${engine_copies} PROPERTIES COMPILE_OPTIONS
                            "-fno-exceptions;-fno-rtti")

add_executable(lessor-sim-planted EXCLUDE_FROM_ALL planted_main.cc ${copies}
               ${planted}/planted_table.cc)
target_link_libraries(lessor-sim-planted PRIVATE lessor_sim)
set_target_properties(lessor-sim-planted PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
add_dependencies(system_tests lessor-sim-planted)

add_test(NAME sim.planted_bugs COMMAND lessor-sim-planted --check)
set_tests_properties(sim.planted_bugs PROPERTIES LABELS sim TIMEOUT 900
                     WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
