#include "runtime/port_worker.h"

#include "runtime/threads.h"

#include <algorithm>
#include <atomic>
#include <utility>

namespace lessor::runtime {
namespace {

constexpr std::size_t kClosers = 32;

}  // namespace

Result<std::unique_ptr<PortWorker>> PortWorker::start() {
  auto done = Wakeup::open();
  if (!done) return std::unexpected(done.error());
  std::unique_ptr<PortWorker> worker(new PortWorker(std::move(*done)));
  auto thread = start_thread("ports", [raw = worker.get()] { raw->run(); });
  if (!thread) return std::unexpected(thread.error());
  worker->thread_ = std::move(*thread);
  return worker;
}

PortWorker::~PortWorker() {
  if (!thread_.joinable()) return;
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void PortWorker::open(PacketPort::Options options) { give({.open = std::move(options)}); }

void PortWorker::close(std::unique_ptr<PacketPort> port) { give({.close = std::move(port)}); }

void PortWorker::give(Task task) {
  {
    const std::scoped_lock lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  wake_.notify_one();
}

std::vector<PortWorker::Opened> PortWorker::take_opened() {
  done_.drain();
  const std::scoped_lock lock(mutex_);
  return std::exchange(opened_, {});
}

void PortWorker::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [&] { return stopping_ || !tasks_.empty(); });
    if (stopping_) return;
    Task task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    perform(std::move(task));
    lock.lock();
  }
}

void PortWorker::perform(Task task) {
  if (!task.open) return;  // a port to close has ended with the task
  Opened opened{.interface = task.open->interface, .port = PacketPort::open(*task.open)};
  {
    const std::scoped_lock lock(mutex_);
    opened_.push_back(std::move(opened));
  }
  done_.ring();
}

void close_ports(std::vector<std::unique_ptr<PacketPort>> ports) {
  std::atomic<std::size_t> next{0};
  const auto close_some = [&] {
    for (std::size_t i = next++; i < ports.size(); i = next++) ports[i].reset();
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < std::min(ports.size(), kClosers); ++i) {
    if (auto thread = start_thread("closer", close_some)) threads.push_back(std::move(*thread));
  }
  close_some();
  for (std::thread& thread : threads) thread.join();
}

}  // namespace lessor::runtime
