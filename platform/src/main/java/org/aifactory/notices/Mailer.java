package org.aifactory.notices;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.aifactory.notices.MailTable.Waiting;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.mail.MailException;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.stereotype.Component;

/**
 * Sends what waits, one mail after another, on a thread of its own, because a mail server may take its time. Each instance does, and each
 * mail is sent by one: whoever takes it moves its next try on. Where an instance dies between sending a mail and writing that down, it
 * is sent once more, with the same Message-ID.
 */
@Component
class Mailer implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Mailer.class);
    /** After so many the server is taken to be away; the rest waits for the next time. */
    private static final int FAILURES_IN_A_ROW = 3;

    private static final long STOPS_WITHIN_MS = 5_000;

    private final MailTable mails;
    private final MailWriter writer;
    private final ObjectProvider<JavaMailSender> server;
    private final MailSwitch mail;
    private final MailSettings settings;
    private final InstantSource clock;
    private final Semaphore stop = new Semaphore(0);
    private volatile boolean running;
    private volatile Thread thread = Thread.currentThread();

    Mailer(
            MailTable mails,
            MailWriter writer,
            ObjectProvider<JavaMailSender> server,
            MailSwitch mail,
            MailSettings settings,
            InstantSource clock) {
        this.mails = mails;
        this.writer = writer;
        this.server = server;
        this.mail = mail;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public void start() {
        if (mail.isOn()) {
            running = true;
            thread = Thread.ofVirtual().name("mail").start(this::work);
        }
    }

    /** A mail that is under way is sent again where it does not get to its end. */
    @Override
    public void stop() {
        running = false;
        stop.release();
        try {
            thread.join(STOPS_WITHIN_MS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private void work() {
        while (running) {
            try {
                sendAll();
            } catch (RuntimeException failure) {
                if (running) {
                    LOG.warn("Mail cannot be looked after just now", failure);
                }
            }
            pause();
        }
    }

    private void pause() {
        try {
            if (stop.tryAcquire(settings.sweepInterval().toMillis(), TimeUnit.MILLISECONDS)) {
                running = false;
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            running = false;
        }
    }

    private void sendAll() {
        int failures = 0;
        while (running && failures < FAILURES_IN_A_ROW) {
            Optional<Waiting> due = mails.take(now());
            if (due.isEmpty()) {
                return;
            }
            failures = send(due.get()) ? 0 : failures + 1;
        }
    }

    private boolean send(Waiting due) {
        Optional<Letter> letter = mails.letter(due);
        if (letter.isEmpty()) {
            mails.end(due, now());
            return true;
        }
        try {
            JavaMailSender sender = server.getObject();
            MimeMessage message = sender.createMimeMessage();
            writer.write(message, due.id(), letter.get(), clock.instant());
            sender.send(message);
        } catch (MailException | MessagingException failure) {
            tell(due, failure);
            return false;
        }
        mails.end(due, now());
        return true;
    }

    private void tell(Waiting due, Exception failure) {
        Instant until = due.made().plus(settings.givenUpAfter());
        String why = String.valueOf(NestedExceptionUtils.getMostSpecificCause(failure));
        if (due.next().isBefore(until)) {
            LOG.warn("Mail {} could not be sent, and is tried again at {}: {}", due.id(), due.next(), why);
        } else {
            LOG.error("Mail {} is given up, after {} tries since {}: {}", due.id(), due.tries(), due.made(), why);
            mails.end(due, now());
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
