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
  set(place "${CMAKE_INSTALL_PREFIX}/lib/fovea")
  foreach(library IN LISTS wanted extra)
    if(DEFINED ENV{FOVEA_INSTALL_LINKS})  # to them where they are: nothing to copy, but they must stay there
      get_filename_component(name "${library}" NAME)
      file(MAKE_DIRECTORY "$ENV{DESTDIR}${place}")
      file(CREATE_LINK "${library}" "$ENV{DESTDIR}${place}/${name}" SYMBOLIC)
      list(APPEND CMAKE_INSTALL_MANIFEST_FILES "${place}/${name}")
    else()
      file(INSTALL DESTINATION "${place}" TYPE SHARED_LIBRARY FOLLOW_SYMLINK_CHAIN FILES "${library}")
    endif()
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

# The library: libfovea.so with the headers that a program of one's own includes, for find_package(fovea).
set_target_properties(fovea_library PROPERTIES OUTPUT_NAME fovea INSTALL_RPATH "$ORIGIN/fovea")
install(TARGETS fovea_library EXPORT fovea LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT fovea NAMESPACE fovea:: FILE fovea-targets.cmake DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/fovea)
install(FILES cmake/fovea-config.cmake DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/fovea)
install(DIRECTORY include/fovea DESTINATION include)
install(DIRECTORY src/ DESTINATION include/fovea/src FILES_MATCHING PATTERN "*.h")
