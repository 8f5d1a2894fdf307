# libfovea_ops.so: the operators of src/ops/ as torch.ops.fovea, from the same objects as the program. It fits exactly the
# libtorch that it was built with; the file beside it tells python/fovea_ops.py which one that is.
add_library(fovea_python_ops MODULE)
target_link_libraries(fovea_python_ops PRIVATE fovea_ops)
set_target_properties(fovea_python_ops PROPERTIES OUTPUT_NAME fovea_ops LINKER_LANGUAGE CXX
  SKIP_BUILD_RPATH ON)  # Python's own libtorch is loaded already
file(WRITE "${CMAKE_BINARY_DIR}/libfovea_ops.torch_version" "${Libtorch_VERSION}\n")
