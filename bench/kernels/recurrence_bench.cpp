// How near the recurrences come to what this CPU can do: in one run the FMA peak, our best product, and layers of every
// cell, forward and forward + backward, on one and two threads. Peers are measured elsewhere (script/bench).
//   bench_recurrence [repeats]        FOVEA_ISA=avx2 bench_recurrence
// Counted are 2·N·G·H·(E+H) operations forward and direction, twice that backward.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "recurrence_bench.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace fovea::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// `rounds` times 12 independent multiply-adds of a vector; returns the floats of a vector. `out` holds 64 floats.
size_t MultiplyAdds(size_t rounds, float* HWY_RESTRICT out) {
  const hn::ScalableTag<float> d;
  const auto a = hn::Set(d, 0.999f), b = hn::Set(d, 0.001f);
  // Distinct values, lest the compiler take two sums for one.
  auto c0 = hn::Set(d, out[0]), c1 = hn::Set(d, out[1]), c2 = hn::Set(d, out[2]), c3 = hn::Set(d, out[3]);
  auto c4 = hn::Set(d, out[4]), c5 = hn::Set(d, out[5]), c6 = hn::Set(d, out[6]), c7 = hn::Set(d, out[7]);
  auto c8 = hn::Set(d, out[8]), c9 = hn::Set(d, out[9]), c10 = hn::Set(d, out[10]), c11 = hn::Set(d, out[11]);
  for (size_t i = 0; i < rounds; ++i) {
    c0 = hn::MulAdd(c0, a, b), c1 = hn::MulAdd(c1, a, b), c2 = hn::MulAdd(c2, a, b), c3 = hn::MulAdd(c3, a, b);
    c4 = hn::MulAdd(c4, a, b), c5 = hn::MulAdd(c5, a, b), c6 = hn::MulAdd(c6, a, b), c7 = hn::MulAdd(c7, a, b);
    c8 = hn::MulAdd(c8, a, b), c9 = hn::MulAdd(c9, a, b), c10 = hn::MulAdd(c10, a, b), c11 = hn::MulAdd(c11, a, b);
  }
  c0 = hn::Add(hn::Add(hn::Add(c0, c1), hn::Add(c2, c3)), hn::Add(hn::Add(c4, c5), hn::Add(c6, c7)));
  c0 = hn::Add(c0, hn::Add(hn::Add(c8, c9), hn::Add(c10, c11)));
  hn::StoreU(c0, d, out);
  return hn::Lanes(d);
}

}  // namespace HWY_NAMESPACE
}  // namespace fovea::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <thread>
#include <vector>

#include <time.h>

#include "kernels/dispatch.h"
#include "kernels/gemm.h"
#include "kernels/recurrence.h"

namespace fovea::kernels {
namespace {

HWY_EXPORT(MultiplyAdds);

// With one thread its own processor time, which other programs disturb less; with more the time on the wall.
bool wall = false;
double seconds() {
  timespec now;
  clock_gettime(wall ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// Runs job(t) for every thread t at once.
void on_threads(int64_t threads, const std::function<void(int64_t)>& job) {
  std::vector<std::thread> others;
  for (int64_t t = 1; t < threads; ++t) others.emplace_back(job, t);
  job(0);
  for (std::thread& other : others) other.join();
}

struct Buffer {
  explicit Buffer(int64_t size, float value = 0) : values(static_cast<size_t>(size) + 32, value) {}
  float* data() {
    const size_t misaligned = reinterpret_cast<size_t>(values.data()) % 64;
    return values.data() + (misaligned ? (64 - misaligned) / sizeof(float) : 0);
  }
  void fill(unsigned seed) {
    for (float& value : values) {
      seed = seed * 1664525u + 1013904223u;
      value = (static_cast<float>(seed >> 8) / 16777216.0f - 0.5f) * 0.2f;
    }
  }
  std::vector<float> values;
};

// Rows [begin, end) of thread t of `threads`, in whole tiles.
int64_t bound(int64_t rows, int64_t t, int64_t threads) {
  return t == threads ? rows : rows * t / threads / 24 * 24;
}

class Product {
 public:
  void run(const GemmArguments& g, int64_t threads) { run(g, threads, 0, g.rows); }
  void run(const GemmArguments& g, int64_t threads, int64_t first, int64_t end) {
    const int64_t size = gemm_scratch_size(g);
    while (static_cast<int64_t>(scratch_.size()) < threads) scratch_.emplace_back(0);
    for (int64_t t = 0; t < threads; ++t) {
      if (static_cast<int64_t>(scratch_[static_cast<size_t>(t)].values.size()) < size)
        scratch_[static_cast<size_t>(t)] = Buffer(size);
    }
    on_threads(threads, [&](int64_t t) {
      gemm(g, first + bound(end - first, t, threads), first + bound(end - first, t + 1, threads),
           scratch_[static_cast<size_t>(t)].data());
    });
  }

 private:
  std::vector<Buffer> scratch_;
};

constexpr int64_t E = 128, H = 128, kBatch = 64;

// A layer in both directions with all its buffers, as an operator would hold them.
struct Layer {
  Layer(Cell cell_, int64_t T, bool equal) : cell(cell_), G(gates_of(cell_)) {
    offsets = {0};
    for (int64_t b = 0; b < kBatch; ++b) {
      offsets.push_back(offsets.back() + (equal ? T : T / 3 + (T - T / 3) * (b * 29 % kBatch) / (kBatch - 1)));
    }
    N = offsets.back();
    order = recurrence_order(offsets.data(), kBatch);
    for (int64_t k = 0; k < 2; ++k) {
      for (const int64_t size :
           {N * G * H, N * H, N * H, G * H * E, G * H * H, G * H, G * H * E, G * H * H, G * H,
            packed_gemm_size(E, G * H), packed_recurrence_size(cell, H), packed_recurrence_size_backward(cell, H)}) {
        buffers.emplace_back(size);
      }
      buffers[static_cast<size_t>(12 * k + 3)].fill(1), buffers[static_cast<size_t>(12 * k + 4)].fill(2);
    }
    input.fill(3), from_above.fill(4);
  }
  float* at(int64_t direction, int64_t buffer) { return buffers[static_cast<size_t>(12 * direction + buffer)].data(); }

  RecurrenceArguments arguments(int64_t k, bool save) {
    RecurrenceArguments a;
    a.cell = cell, a.reverse = k == 1, a.sequences = kBatch, a.hidden_width = H, a.offsets = offsets.data();
    a.order = order.data(), a.hidden_packed = at(k, 10), a.gates = at(k, 0), a.gates_stride = G * H;
    a.output = output.data() + k * H, a.output_stride = 2 * H, a.save = save;
    if (cell == Cell::kLstm) a.cells = at(k, 1);
    if (cell == Cell::kGru || cell == Cell::kGruResetBefore) a.extra = at(k, 2);
    return a;
  }

  void units(int64_t threads, const std::function<void(const RecurrenceUnit&, float*)>& job) {
    const auto plan = plan_recurrence(offsets.data(), order, 2, threads);
    const int64_t size = recurrence_scratch_size(arguments(0, true));
    std::vector<Buffer> scratch(static_cast<size_t>(threads), Buffer(size));
    on_threads(threads, [&](int64_t t) {
      for (size_t u = static_cast<size_t>(t); u < plan.size(); u += static_cast<size_t>(threads)) {
        job(plan[u], scratch[static_cast<size_t>(t)].data());
      }
    });
  }

  void forward(int64_t threads, bool save) {
    for (int64_t k = 0; k < 2; ++k) {
      GemmArguments g;
      g.rows = N, g.columns = G * H, g.depth = E, g.a = input.data(), g.a_stride = E, g.bias = at(k, 5);
      g.b = at(k, 3), g.b_stride = E, g.b_transposed = true, g.c = at(k, 0), g.c_stride = G * H;
      pack_gemm_operand(g, at(k, 9));
      g.b = nullptr, g.b_packed = at(k, 9);
      product.run(g, threads);
      pack_recurrence_weights(cell, H, at(k, 4), at(k, 10));
    }
    units(threads, [&](const RecurrenceUnit& unit, float* scratch) {
      recurrence_forward(arguments(unit.direction, save), unit.begin, unit.end, scratch);
    });
  }

  void backward(int64_t threads) {
    for (int64_t k = 0; k < 2; ++k) pack_recurrence_weights_backward(cell, H, at(k, 4), at(k, 11));
    units(threads, [&](const RecurrenceUnit& unit, float* scratch) {
      RecurrenceGradients from;
      from.hidden_packed = at(unit.direction, 11);
      from.output = from_above.data() + unit.direction * H, from.output_stride = 2 * H;
      recurrence_backward(arguments(unit.direction, true), from, unit.begin, unit.end, scratch);
    });
    std::vector<const float*> before(static_cast<size_t>(N));
    for (int64_t k = 0; k < 2; ++k) {
      GemmArguments x;
      x.rows = N, x.columns = E, x.depth = G * H, x.a = at(k, 0), x.a_stride = G * H, x.b = at(k, 3), x.b_stride = E;
      x.c = d_input.data(), x.c_stride = E, x.accumulate = k == 1;
      product.run(x, threads);
      GemmArguments wx;
      wx.rows = G * H, wx.columns = E, wx.depth = N, wx.a = at(k, 0), wx.a_stride = G * H, wx.a_transposed = true;
      wx.b = input.data(), wx.b_stride = E, wx.c = at(k, 6), wx.c_stride = E, wx.a_sums = at(k, 8);
      previous_state_rows(arguments(k, true), before.data());
      GemmArguments wh = wx;
      wh.columns = H, wh.b = nullptr, wh.b_rows = before.data(), wh.c = at(k, 7), wh.c_stride = H, wh.a_sums = nullptr;
      wx.beside = &wh;
      if (G != 3) {
        product.run(wx, threads);
      } else {  // side by side for r and z, each for itself for n
        product.run(wx, threads, 0, 2 * H);
        wx.beside = nullptr;
        product.run(wx, threads, 2 * H, 3 * H);
        wh.rows = H, wh.c = at(k, 7) + 2 * H * H;
        if (cell == Cell::kGru) wh.a = at(k, 2), wh.a_stride = H;
        if (cell == Cell::kGruResetBefore)
          wh.a = at(k, 0) + 2 * H, wh.b_rows = nullptr, wh.b = at(k, 2), wh.b_stride = H;
        product.run(wh, threads);
      }
    }
  }

  Cell cell;
  int64_t G, N = 0;
  std::vector<int64_t> offsets, order;
  std::vector<Buffer> buffers;
  Buffer input{64 * 256 * E}, output{64 * 256 * 2 * H}, from_above{64 * 256 * 2 * H}, d_input{64 * 256 * E};
  Product product;
};

// Median operations per second of `repeats` runs, in 1e9.
double rate(int repeats, double operations, const std::function<void()>& job) {
  job();
  std::vector<double> rates;
  for (int r = 0; r < repeats; ++r) {
    const double start = seconds();
    job();
    rates.push_back(operations / (seconds() - start) / 1e9);
  }
  std::sort(rates.begin(), rates.end());
  return rates[rates.size() / 2];
}

double peak(int64_t threads) {
  double best = 0;
  for (int r = 0; r < 5; ++r) {
    constexpr size_t kRounds = 1000000;
    std::vector<size_t> lanes(static_cast<size_t>(threads));
    const double start = seconds();
    on_threads(threads, [&](int64_t t) {
      float out[64];
      for (int i = 0; i < 64; ++i) out[i] = static_cast<float>(i);
      lanes[static_cast<size_t>(t)] = HWY_DYNAMIC_DISPATCH(MultiplyAdds)(kRounds, out);
    });
    best = std::max(best, static_cast<double>(threads) * kRounds * 12 * 2 * static_cast<double>(lanes[0]) /
                              (seconds() - start) / 1e9);
  }
  return best;
}

double best_product(int repeats, int64_t threads) {
  double best = 0;
  for (const auto& [rows, columns, depth] :
       {std::array<int64_t, 3>{4096, 512, 128}, {4096, 128, 512}, {1024, 512, 512}}) {
    Buffer a(rows * depth, 0.1f), b(depth * columns, 0.1f), c(rows * columns), packed(packed_gemm_size(depth, columns));
    GemmArguments g;
    g.rows = rows, g.columns = columns, g.depth = depth, g.a = a.data(), g.a_stride = depth, g.b = b.data();
    g.b_stride = columns, g.c = c.data(), g.c_stride = columns;
    pack_gemm_operand(g, packed.data());
    g.b = nullptr, g.b_packed = packed.data();
    Product product;
    best = std::max(best,
                    rate(repeats, 2.0 * static_cast<double>(rows * columns * depth), [&] { product.run(g, threads); }));
  }
  return best;
}

// One sentence of 25 words with weights packed beforehand: microseconds for both directions, one after the other.
void sentence(const char* name, Cell cell) {
  Layer layer(cell, 25, true);
  layer.forward(1, false);  // packs
  layer.offsets = {0, 25}, layer.order = {0};
  std::vector<Buffer> woven;
  for (int64_t k = 0; k < 2; ++k) {
    woven.emplace_back(packed_recurrence_size(cell, H));
    weave_recurrence_weights(cell, H, layer.at(k, 10), woven.back().data());
  }
  Buffer scratch(recurrence_scratch_size(layer.arguments(0, false)) + 100000);
  const auto both = [&] {
    for (int64_t k = 0; k < 2; ++k) {
      GemmArguments g;
      g.rows = 25, g.columns = layer.G * H, g.depth = E, g.a = layer.input.data(), g.a_stride = E,
      g.bias = layer.at(k, 5);
      g.b_packed = layer.at(k, 9), g.c = layer.at(k, 0), g.c_stride = layer.G * H;
      gemm(g, 0, 25, scratch.data());
      RecurrenceArguments a = layer.arguments(k, false);
      a.sequences = 1, a.hidden_woven = woven[static_cast<size_t>(k)].data();
      recurrence_forward(a, 0, 1, scratch.data());
    }
  };
  const double operations = 2.0 * 2 * 25 * static_cast<double>(layer.G * H * (E + H));
  const double speed = rate(301, operations, both);
  std::printf("  %-5s one sentence of 25 words, both directions: %.0f us (%.1f GF/s)\n", name, operations / speed / 1e3,
              speed);
}

int run(int repeats) {
  choose_instruction_set();
  std::printf("instruction set %s\n", instruction_set());
  sentence("lstm", Cell::kLstm), sentence("gru", Cell::kGru), sentence("elman", Cell::kElmanTanh);
  for (const int64_t threads : {1, 2}) {
    wall = threads > 1;
    const double fma = peak(threads), product = best_product(repeats, threads);
    std::printf("%lld threads: FMA peak %.1f GF/s, best product %.1f (%.0f %%)\n", static_cast<long long>(threads), fma,
                product, 100 * product / fma);
    for (const auto& [name, cell] :
         {std::pair<const char*, Cell>{"lstm", Cell::kLstm}, {"gru", Cell::kGru}, {"elman", Cell::kElmanTanh}}) {
      for (const int64_t T : {32, 256}) {
        Layer layer(cell, T, false);
        const double operations = 2.0 * 2 * static_cast<double>(layer.N * layer.G * H * (E + H));
        const double before = peak(threads);
        const double infer = rate(repeats, operations, [&] { layer.forward(threads, false); });
        const double train =
            rate(repeats, 3 * operations, [&] { layer.forward(threads, true), layer.backward(threads); });
        const double top = std::max(before, peak(threads));
        std::printf(
            "  %-5s T=%-3lld  infer %6.1f GF/s (%2.0f %% of peak)  train %6.1f GF/s (%2.0f %% of peak, %2.0f %% of "
            "best product)  %7.0f tokens/s\n",
            name, static_cast<long long>(T), infer, 100 * infer / top, train, 100 * train / top, 100 * train / product,
            train * 1e9 * static_cast<double>(layer.N) / (3 * operations));
      }
    }
  }
  return 0;
}

}  // namespace
}  // namespace fovea::kernels

int main(int argc, char** argv) {
  return fovea::kernels::run(argc > 1 ? std::atoi(argv[1]) : 9);
}
#endif  // HWY_ONCE
