package org.aifactory;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.test.context.DynamicPropertyRegistrar;

/** A mail server that speaks SMTP on a real port; platforms under test send their mail to it. */
@TestConfiguration
public class TestMail {
    public static final String ADDRESS = "https://ai.example.org";
    private static final String HOST = "127.0.0.1";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** The server, which a test may stop. Whoever stops it starts it again. */
    public static final class PostOffice {
        private final ServerSetup setup = new ServerSetup(freePort(), HOST, ServerSetup.PROTOCOL_SMTP);
        private final GreenMail server = new GreenMail(setup);

        PostOffice() {
            server.start();
        }

        public void open() {
            server.start();
        }

        public void close() {
            server.stop();
        }

        /** What has come for the address since the server was started, in the order in which it came. */
        public List<MimeMessage> of(String address) {
            return Arrays.stream(server.getReceivedMessages())
                    .filter(message -> isTo(message, address))
                    .toList();
        }

        /** Waits until so many have come for the address, which has to be soon. */
        public List<MimeMessage> await(String address, int count) {
            Instant patience = Instant.now().plus(PATIENCE);
            while (of(address).size() < count) {
                if (Instant.now().isAfter(patience)) {
                    throw new AssertionError(of(address).size() + " mails for " + address + ", and not " + count);
                }
                pause();
            }
            return of(address);
        }

        private static boolean isTo(MimeMessage message, String address) {
            try {
                return Arrays.stream(message.getAllRecipients())
                        .anyMatch(recipient -> recipient.toString().equals(address));
            } catch (MessagingException unreadable) {
                throw new IllegalStateException(unreadable);
            }
        }

        private static void pause() {
            try {
                Thread.sleep(20);
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
        }

        /** The same again after a stop, which is why it is not left to the server. */
        private static int freePort() {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    @Bean(destroyMethod = "close")
    static PostOffice postOffice() {
        return new PostOffice();
    }

    @Bean
    static DynamicPropertyRegistrar mailProperties(PostOffice post) {
        return properties -> {
            properties.add("aifactory.address", () -> ADDRESS);
            properties.add("aifactory.mail.host", () -> HOST);
            properties.add("aifactory.mail.port", () -> post.setup.getPort());
            properties.add("aifactory.mail.starttls", () -> false);
            properties.add("aifactory.mail.from", () -> "AI Factory <ai-factory@example.org>");
            properties.add("aifactory.mail.sweep-interval", () -> "100ms");
        };
    }
}
