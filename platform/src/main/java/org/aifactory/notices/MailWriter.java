package org.aifactory.notices;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.UnsupportedEncodingException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.aifactory.web.Message;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Puts letters into words: plain text, in the reader's language, with links that work outside. */
@Component
class MailWriter {
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]+");
    private static final int LONGEST_SUBJECT = 160;
    private static final String UTF_8 = StandardCharsets.UTF_8.name();

    private final Wording words;
    private final @Nullable URI address;
    private final @Nullable InternetAddress from;

    MailWriter(Wording words, MailSwitch mail, MailSettings settings, @Value("${aifactory.address}") String address) {
        this.words = words;
        this.address = mail.isOn() ? address(address) : null;
        this.from = mail.isOn() ? from(settings.from()) : null;
    }

    private static URI address(String given) {
        Optional<URI> address = read(given.strip().replaceAll("/+$", ""));
        if (address.isEmpty()) {
            throw new MailFault(
                    "Mail is sent, and its links need the address under which people reach this platform: set AIFACTORY_ADDRESS"
                            + " to something like https://ai.example.org, not to “" + given + "”.");
        }
        return address.get();
    }

    private static Optional<URI> read(String given) {
        try {
            return Optional.of(new URI(given))
                    .filter(address -> address.getHost() != null)
                    .filter(address -> List.of("http", "https").contains(String.valueOf(address.getScheme())));
        } catch (URISyntaxException wrong) {
            return Optional.empty();
        }
    }

    private static InternetAddress from(String given) {
        try {
            InternetAddress from = new InternetAddress(given, true);
            return new InternetAddress(from.getAddress(), from.getPersonal(), UTF_8);
        } catch (AddressException | UnsupportedEncodingException wrong) {
            throw new MailFault("Mail is sent, and needs a sender: set AIFACTORY_MAIL_FROM to something like"
                    + " AI Factory <ai-factory@example.org>, not to “" + given + "”.");
        }
    }

    /**
     * Writes the letter into the message. The same name makes the same Message-ID, by which a mail that comes twice is known.
     *
     * @throws MessagingException where the address is none
     */
    void write(MimeMessage message, UUID name, Letter letter, Instant now) throws MessagingException {
        URI home = Objects.requireNonNull(address);
        Locale language = letter.language();
        message.setHeader("Message-ID", "<" + name + "@" + home.getHost() + ">");
        message.setFrom(Objects.requireNonNull(from));
        message.setRecipient(MimeMessage.RecipientType.TO, new InternetAddress(letter.address(), true));
        message.setSubject(subject(words.title(letter.key(), letter.words(), language)), UTF_8);
        message.setText(text(letter, home), UTF_8);
        message.setHeader("Content-Language", language.getLanguage());
        // Answering machines do not answer to this (RFC 3834).
        message.setHeader("Auto-Submitted", "auto-generated");
        message.setSentDate(Date.from(now));
    }

    /** What people have written becomes one line of it, so that it can begin no other header. */
    static String subject(String title) {
        String line = CONTROL.matcher(title).replaceAll(" ").strip();
        if (line.length() <= LONGEST_SUBJECT) {
            return line;
        }
        int end =
                Character.isHighSurrogate(line.charAt(LONGEST_SUBJECT - 2)) ? LONGEST_SUBJECT - 2 : LONGEST_SUBJECT - 1;
        return line.substring(0, end) + "…";
    }

    private String text(Letter letter, URI home) {
        String foot = letter.kind() == Kind.INVITATION
                ? words.say("notices.mail.foot-invitation", List.of(), letter.language())
                : words.say(
                        "notices.mail.foot",
                        List.of(
                                Word.Said.of(Message.of(
                                        "notices.kind." + letter.kind().slug())),
                                new Word.Text(home + "/notices")),
                        letter.language());
        return String.join(
                "\n\n",
                words.text(letter.key(), letter.words(), letter.language()),
                home + letter.path(),
                "-- \n" + foot + "\n");
    }
}
