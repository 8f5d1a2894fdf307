# cmake --install: bin/fovea and, in lib/fovea, the libraries it runs on, found relative to the program. `uninstall`
# removes exactly the files of the manifest.
include(GNUInstallDirs)
set_target_properties(fovea PROPERTIES INSTALL_RPATH "$ORIGIN/../lib/fovea")
install(TARGETS fovea RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(CODE "set(FOVEA_TORCH_LIB \"${Libtorch_LIBRARY_DIR}\")")
install(CODE [[
  set(wanted "${FOVEA_TORCH_LIB}/libtorch_cpu.so" "${FOVEA_TORCH_LIB}/libc10.so")
  file(GLOB extra "${FOVEA_TORCH_LIB}/libgomp*.so*" "${FOVEA_TORCH_LIB}/../../nvidia/*/lib/libcudart.so.*"
    "${FOVEA_TORCH_LIB}/../../nvidia/*/lib/libcupti.so.*")
  foreach(library IN LISTS wanted extra)
    file(INSTALL DESTINATION "${CMAKE_INSTALL_PREFIX}/lib/fovea" TYPE SHARED_LIBRARY FOLLOW_SYMLINK_CHAIN FILES "${library}")
  endforeach()
]])
# The licences of what lies beside the program come with it.
install(CODE [[
  file(GLOB licences "${FOVEA_TORCH_LIB}/../../torch-*.dist-info/licenses" "${FOVEA_TORCH_LIB}/../../nvidia_cuda_*.dist-info/licenses")
  foreach(folder IN LISTS licences)
    get_filename_component(owner "${folder}" DIRECTORY)
    get_filename_component(owner "${owner}" NAME_WE)
    file(INSTALL DESTINATION "${CMAKE_INSTALL_PREFIX}/share/doc/fovea/licences/${owner}" TYPE DIRECTORY FILES "${folder}/")
  endforeach()
]])
install(FILES README.md LICENSE NOTICE CHANGELOG.md DESTINATION share/doc/fovea)
install(DIRECTORY docs/ DESTINATION share/doc/fovea/docs)

add_custom_target(uninstall
  COMMAND ${CMAKE_COMMAND} -DMANIFEST=${CMAKE_BINARY_DIR}/install_manifest.txt -P "${CMAKE_CURRENT_SOURCE_DIR}/cmake/uninstall.cmake"
  VERBATIM)
