// A TCP proxy that breaks connections where a test wants it.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace rookery::testing {

// Passes bytes between clients on a port of 127.0.0.1 and a server. Used by one thread. Everything
// is cut when it ends.
class TcpProxy {
 public:
  TcpProxy(const std::string& server_host, int server_port);
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  int port() const { return port_; }

  // Cuts all connections and refuses new ones until Start.
  void Stop();
  void Start();

  // The next time that a client sends `word`, its connection is cut once the server has the word
  // (the server answers nobody) or before it has it.
  void CutAfter(const std::string& word) { SetCut(word, true); }
  void CutBefore(const std::string& word) { SetCut(word, false); }

 private:
  struct Link {
    int client;
    int server;
    bool open = true;
  };

  void SetCut(const std::string& word, bool deliver);
  void Run(const std::stop_token& stop);
  void Accept();
  // False: the link is to be closed.
  bool Forward(int from, int to, bool from_client);
  bool PassesCut(std::string_view bytes, int server);

  const std::string host_;
  const int server_port_;
  int port_ = 0;
  int listener_ = -1;        // made before the thread, then the thread's
  std::vector<Link> links_;  // of the thread alone

  std::mutex mutex_;
  std::string cut_word_;      // guarded by mutex_
  bool deliver_cut_ = false;  // guarded by mutex_
  std::jthread thread_;
};

}  // namespace rookery::testing
