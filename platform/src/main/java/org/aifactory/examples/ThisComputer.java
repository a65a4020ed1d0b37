package org.aifactory.examples;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collections;
import java.util.Locale;
import java.util.Set;

/** Tells whether a request was made on this computer itself. */
final class ThisComputer {
    /** A page elsewhere can have its own name lead to this address, and its browser then sends that name. */
    private static final Set<String> NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

    private static final Set<String> PASSED_ON = Set.of("forwarded", "via", "x-real-ip");

    private ThisComputer() {}

    /** From the loopback address, under its name, and not passed on by a proxy, which would be on this computer, too. */
    static boolean asks(HttpServletRequest request) {
        HttpServletRequest asItCame = unwrapped(request);
        return isLoopback(asItCame.getRemoteAddr())
                && NAMES.contains(asItCame.getServerName())
                && Collections.list(asItCame.getHeaderNames()).stream().noneMatch(ThisComputer::isOfProxy);
    }

    /** Filters hide the headers of proxies and put what they say in the place of what is. */
    private static HttpServletRequest unwrapped(HttpServletRequest request) {
        ServletRequest inner = request;
        while (inner instanceof ServletRequestWrapper wrapper) {
            inner = wrapper.getRequest();
        }
        return (HttpServletRequest) inner;
    }

    private static boolean isLoopback(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            return false;
        }
    }

    private static boolean isOfProxy(String header) {
        String name = header.toLowerCase(Locale.ROOT);
        return name.startsWith("x-forwarded") || PASSED_ON.contains(name);
    }
}
