package dev.sternway.adapter.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.catalogue.Secrets;
import dev.sternway.port.Letter;
import dev.sternway.port.Letter.Recipient;
import dev.sternway.port.MessageChannel.Receipt;
import dev.sternway.port.NotDelivered;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Mail where the server takes some addresses and refuses others. */
class MailChannelTest {
    private final AtomicInteger accepted = new AtomicInteger();
    private ServerSocket server;

    @BeforeEach
    void serve() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(() -> {
            while (!server.isClosed()) {
                try (Socket client = server.accept()) {
                    talk(client);
                } catch (IOException e) {
                    // The test is over, or the client has gone.
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    /** Refuses addresses that begin with "gone". */
    private void talk(Socket client) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
        PrintWriter out =
                new PrintWriter(new OutputStreamWriter(client.getOutputStream(), StandardCharsets.US_ASCII), true);
        out.print("220 test\r\n");
        out.flush();
        boolean data = false;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (data) {
                if (!line.equals(".")) {
                    continue;
                }
                data = false;
                accepted.incrementAndGet();
                out.print("250 taken\r\n");
            } else if (line.startsWith("RCPT TO:<gone")) {
                out.print("550 no such mailbox\r\n");
            } else if (line.equals("DATA")) {
                data = true;
                out.print("354 go on\r\n");
            } else if (line.equals("QUIT")) {
                out.print("221 bye\r\n");
            } else {
                out.print("250 well\r\n");
            }
            out.flush();
        }
    }

    @Test
    void oneWrongAddressNeitherKeepsTheMailFromTheOthersNorHasItSentAgain() {
        Receipt receipt = deliver("anna@shop.example", "gone@shop.example");

        assertThat(accepted).hasValue(1);
        assertThat(receipt.response())
                .contains("accepted by 127.0.0.1 for anna@shop.example, refused for gone@shop.example");
        assertThat(receipt.id()).isEqualTo("<1.1@shop.example>");
    }

    @Test
    void mailThatEveryAddressRefusesIsNotDelivered() {
        assertThatThrownBy(() -> deliver("gone@shop.example", "gone.too@shop.example"))
                .isInstanceOf(NotDelivered.class)
                .hasMessageContaining("127.0.0.1");
        assertThat(accepted).hasValue(0);
    }

    private Receipt deliver(String... to) {
        MailSettings settings = new MailSettings(
                "127.0.0.1",
                server.getLocalPort(),
                MailSettings.Security.NONE,
                "",
                "",
                "sternway@shop.example",
                Duration.ofSeconds(5));
        List<Recipient> all = Arrays.stream(to)
                .map(address -> new Recipient(address, address))
                .toList();
        return new MailChannel(settings, new Secrets(Path.of("")))
                .deliver(new Letter(
                        "1.1",
                        "1",
                        null,
                        "test",
                        Letter.Act.TELL,
                        "1",
                        "MINOR",
                        "subject",
                        "text",
                        "headline",
                        "http://127.0.0.1/",
                        all,
                        null,
                        false,
                        Map.of(),
                        Instant.now()));
    }
}
