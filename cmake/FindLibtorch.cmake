# Finds a libtorch to link the CPU part of, whatever it was built with; the stock find_package(Torch) asks for a CUDA
# toolkit where the wheel was built with one. Looked at, in this order:
#   1. -DFOVEA_TORCH_DIR=DIR   (the folder that holds include/ and lib/, e.g. …/site-packages/torch)
#   2. the active Python's torch
#   3. the environment that script/setup makes, build/libtorch
# Sets Libtorch_VERSION, Libtorch_LIBRARY_DIR, Libtorch_ROOT and the target Libtorch::cpu.

set(FOVEA_TORCH_DIR "" CACHE PATH "A libtorch: the folder that holds include/ and lib/")
set(FOVEA_TORCH_TESTED_VERSION "2.15")

set(_candidates "${FOVEA_TORCH_DIR}")
if(NOT FOVEA_TORCH_DIR)
  foreach(_python "python3" "python")
    execute_process(COMMAND ${_python} -c "import importlib.util as u; s = u.find_spec('torch'); print(s.submodule_search_locations[0] if s else '')"
      OUTPUT_VARIABLE _found OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE _failed)
    if(NOT _failed AND _found)
      list(APPEND _candidates "${_found}")
      break()
    endif()
  endforeach()
  file(GLOB _wheels "${CMAKE_CURRENT_SOURCE_DIR}/build/libtorch/lib/python3*/site-packages/torch")
  list(APPEND _candidates ${_wheels})
endif()

unset(Libtorch_ROOT)
foreach(_dir IN LISTS _candidates)
  if(_dir AND EXISTS "${_dir}/include/torch/headeronly/version.h" AND EXISTS "${_dir}/lib/libtorch_cpu.so")
    set(Libtorch_ROOT "${_dir}")
    break()
  endif()
endforeach()

if(Libtorch_ROOT)
  set(Libtorch_LIBRARY_DIR "${Libtorch_ROOT}/lib")
  file(STRINGS "${Libtorch_ROOT}/include/torch/headeronly/version.h" _line REGEX "^ *\"[0-9]+\\.[0-9]+\\.[0-9]+")
  string(REGEX MATCH "[0-9]+\\.[0-9]+\\.[0-9]+" Libtorch_VERSION "${_line}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Libtorch REQUIRED_VARS Libtorch_ROOT Libtorch_LIBRARY_DIR VERSION_VAR Libtorch_VERSION
  REASON_FAILURE_MESSAGE "run script/setup, or give -DFOVEA_TORCH_DIR=…/site-packages/torch")

if(Libtorch_FOUND AND NOT TARGET Libtorch::cpu)
  if(NOT Libtorch_VERSION MATCHES "^${FOVEA_TORCH_TESTED_VERSION}\\.")
    message(WARNING "Fovea is tested with libtorch ${FOVEA_TORCH_TESTED_VERSION}; this one is ${Libtorch_VERSION}")
  endif()
  # libtorch's include folder also holds fmt and protobuf, which would shadow the system's: it comes last of all.
  add_library(Libtorch::cpu INTERFACE IMPORTED)
  target_compile_options(Libtorch::cpu INTERFACE
    "SHELL:-idirafter ${Libtorch_ROOT}/include" "SHELL:-idirafter ${Libtorch_ROOT}/include/torch/csrc/api/include" -fopenmp)
  # Headers that would include <ATen/Functions.h> include single operators instead (src/ops/aten.h).
  target_compile_definitions(Libtorch::cpu INTERFACE AT_PER_OPERATOR_HEADERS)
  target_link_options(Libtorch::cpu INTERFACE "-Wl,-rpath-link,${Libtorch_LIBRARY_DIR}"
    "-Wl,--allow-shlib-undefined")
  target_link_libraries(Libtorch::cpu INTERFACE
    "${Libtorch_LIBRARY_DIR}/libtorch_cpu.so" "${Libtorch_LIBRARY_DIR}/libc10.so")
  file(GLOB _gomp "${Libtorch_LIBRARY_DIR}/libgomp*.so*")
  if(_gomp)
    list(GET _gomp 0 _gomp)
    target_link_libraries(Libtorch::cpu INTERFACE "${_gomp}")
  endif()
endif()
