# find_package(fovea): the target fovea::fovea.
include(CMakeFindDependencyMacro)
find_dependency(nlohmann_json 3.11)
include("${CMAKE_CURRENT_LIST_DIR}/fovea-targets.cmake")
