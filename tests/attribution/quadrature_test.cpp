#include "attribution/quadrature.h"

#include <cmath>

#include <gtest/gtest.h>

namespace fovea::attribution {
namespace {

TEST(GaussLegendre, IsExactForPolynomials) {
  for (const int64_t count : {1, 2, 3, 8, 37, 512}) {
    const std::vector<Node> nodes = gauss_legendre(count);
    ASSERT_EQ(static_cast<int64_t>(nodes.size()), count);
    for (const int64_t power : {int64_t{0}, int64_t{1}, count, 2 * count - 1}) {
      double sum = 0;
      for (const Node& node : nodes) sum += node.weight * std::pow(node.at, static_cast<double>(power));
      EXPECT_NEAR(sum, 1.0 / static_cast<double>(power + 1), 1e-13) << count << " nodes, power " << power;
    }
  }
}

TEST(GaussLegendre, GivesItsNodesInOrderWithin) {
  const std::vector<Node> nodes = gauss_legendre(16);
  for (size_t k = 0; k < nodes.size(); ++k) {
    EXPECT_GT(nodes[k].at, k == 0 ? 0.0 : nodes[k - 1].at);
    EXPECT_LT(nodes[k].at, 1.0);
    EXPECT_GT(nodes[k].weight, 0.0);
  }
}

TEST(GaussLegendre, IsTheMidpointOfOneAndTheKnownTwo) {
  EXPECT_DOUBLE_EQ(gauss_legendre(1)[0].at, 0.5);
  EXPECT_DOUBLE_EQ(gauss_legendre(1)[0].weight, 1.0);
  EXPECT_NEAR(gauss_legendre(2)[0].at, (1 - 1 / std::sqrt(3.0)) / 2, 1e-15);
}

}  // namespace
}  // namespace fovea::attribution
