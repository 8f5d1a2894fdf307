# fovea_embed(TARGET files...): each file becomes `inline constexpr std::string_view` in generated/embedded/<name>.h,
# so that the program carries its pages with it. `web/explain.css` is `fovea::embedded::explain_css`.
function(fovea_embed target)
  foreach(file IN LISTS ARGN)
    get_filename_component(name "${file}" NAME)
    string(MAKE_C_IDENTIFIER "${name}" identifier)
    set(source "${CMAKE_CURRENT_SOURCE_DIR}/${file}")
    set(header "${CMAKE_CURRENT_BINARY_DIR}/generated/embedded/${identifier}.h")
    add_custom_command(OUTPUT "${header}"
      COMMAND ${CMAKE_COMMAND} -DSOURCE=${source} -DHEADER=${header} -DIDENTIFIER=${identifier}
        -P "${CMAKE_CURRENT_SOURCE_DIR}/cmake/embed.cmake"
      DEPENDS "${source}" "${CMAKE_CURRENT_SOURCE_DIR}/cmake/embed.cmake" VERBATIM)
    target_sources(${target} PRIVATE "${header}")
    list(APPEND headers "${header}")
  endforeach()
  add_custom_target(${target}_embedded DEPENDS ${headers})  # for tools that read the source without building it
  target_include_directories(${target} PRIVATE "${CMAKE_CURRENT_BINARY_DIR}/generated")
endfunction()
