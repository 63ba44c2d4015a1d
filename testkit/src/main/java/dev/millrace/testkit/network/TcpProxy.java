package dev.millrace.testkit.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Stands between clients and a server on this machine; cuts connections at an exact request, delays
 * what passes, or lets nobody through. Safe for use from many threads.
 *
 * <p>A request is what a client sends at once, which for most protocols is one flush of its buffer.
 */
public final class TcpProxy implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  private final ServerSocket listener;
  private final Set<Pair> pairs = ConcurrentHashMap.newKeySet();
  private final AtomicLong requests = new AtomicLong();
  private final AtomicReference<@Nullable Cut> cut = new AtomicReference<>();
  private volatile InetSocketAddress target;
  private volatile long delayNanos;
  private volatile boolean refusing;
  private volatile boolean closed;

  /** What becomes of the request at which a connection is cut. */
  public enum Fate {
    /** The server never sees it. */
    LOST,
    /** The server gets it; whether it answers is not awaited. */
    SENT,
    /** The server gets it and answers; the client does not see the answer. */
    ANSWERED
  }

  private record Cut(long request, Fate fate) {}

  private record Pair(Socket client, Socket server) {
    void close() {
      quietly(client);
      quietly(server);
    }
  }

  private TcpProxy(ServerSocket listener, InetSocketAddress target) {
    this.listener = listener;
    this.target = target;
  }

  /** Starts one on a free port. */
  public static TcpProxy to(int port) throws IOException {
    InetAddress here = InetAddress.getLoopbackAddress();
    ServerSocket listener = new ServerSocket(0, 50, here);
    TcpProxy proxy = new TcpProxy(listener, new InetSocketAddress(here, port));
    Thread.ofVirtual().name("tcp-proxy").start(proxy::accept);
    return proxy;
  }

  /** Where clients connect to. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Sends new connections to another port from now on, and cuts those that there are. */
  public void redirect(int port) {
    target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    cutAll();
  }

  /** Cuts one connection at the n-th request from now on, counted over all connections, from 1. */
  public void cutAt(long n, Fate fate) {
    cut.set(new Cut(requests.get() + n, fate));
  }

  /** Whether the cut that was asked for has happened. */
  public boolean hasCut() {
    return cut.get() == null;
  }

  /** Requests that have passed so far. */
  public long requests() {
    return requests.get();
  }

  /** Holds back each request and each answer for a time. */
  public void delay(Duration each) {
    delayNanos = each.toNanos();
  }

  /** Cuts all connections, and lets nobody through until told otherwise. */
  public void refuse(boolean refuse) {
    refusing = refuse;
    if (refuse) {
      cutAll();
    }
  }

  /** Cuts all connections. */
  public void cutAll() {
    pairs.forEach(Pair::close);
    pairs.clear();
  }

  private void accept() {
    while (!closed) {
      try {
        Socket client = listener.accept();
        if (refusing) {
          quietly(client);
        } else {
          connect(client);
        }
      } catch (IOException e) {
        if (closed) {
          return;
        }
      }
    }
  }

  private void connect(Socket client) {
    Socket server = new Socket();
    Pair pair = new Pair(client, server);
    try {
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      server.connect(target);
      pairs.add(pair);
      Thread.ofVirtual().name("tcp-proxy-requests").start(() -> pump(pair, true));
      Thread.ofVirtual().name("tcp-proxy-answers").start(() -> pump(pair, false));
    } catch (IOException e) {
      pair.close();
    }
  }

  private void pump(Pair pair, boolean toServer) {
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = (toServer ? pair.client() : pair.server()).getInputStream();
        OutputStream out = (toServer ? pair.server() : pair.client()).getOutputStream()) {
      int length;
      while ((length = in.read(buffer)) >= 0) {
        if (delayNanos > 0) {
          LockSupport.parkNanos(delayNanos);
        }
        if (toServer && cuts(pair, buffer, length, out)) {
          return;
        }
        out.write(buffer, 0, length);
        out.flush();
      }
    } catch (IOException e) {
      // the other side has closed, or this proxy has
    } finally {
      pair.close();
      pairs.remove(pair);
    }
  }

  private boolean cuts(Pair pair, byte[] buffer, int length, OutputStream out) throws IOException {
    long number = requests.incrementAndGet();
    Cut wanted = cut.get();
    if (wanted == null || number < wanted.request() || !cut.compareAndSet(wanted, null)) {
      return false;
    }
    quietly(pair.client());
    if (wanted.fate() != Fate.LOST) {
      out.write(buffer, 0, length);
      out.flush();
    }
    if (wanted.fate() == Fate.ANSWERED) {
      awaitAnswer(pair.server());
    }
    return true;
  }

  /** The other pump cannot hand the answer on any more, and ends: then there was one. */
  private static void awaitAnswer(Socket server) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
    while (!server.isClosed() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  private static void quietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // it is of no use any more
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      listener.close();
    } catch (IOException e) {
      // it is of no use any more
    }
    cutAll();
  }
}
