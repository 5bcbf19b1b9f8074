package dev.sternway.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Loopback ports of one sandbox, below the range that the kernel gives to outgoing connections: a recreated container
 * finds its port free again.
 */
public record Ports(int web, int api, int database, int prometheus, int alertmanager) {
    private static final Set<Integer> TAKEN = ConcurrentHashMap.newKeySet();

    /** Chooses five ports that nobody listens on. */
    public static Ports choose() {
        return new Ports(free(), free(), free(), free(), free());
    }

    /** One port that nobody listens on, and that no outgoing connection is given. */
    public static int free() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
            if (TAKEN.add(port) && isFree(port)) {
                return port;
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
