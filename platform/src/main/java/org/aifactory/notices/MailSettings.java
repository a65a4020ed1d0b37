package org.aifactory.notices;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How mail is sent, where {@code spring.mail.host} names a server.
 *
 * @param from whose mails they are: {@code AI Factory <ai-factory@example.org>}
 * @param sweepInterval how soon what waits is sent
 * @param givenUpAfter how long a mail that cannot be sent is tried again
 */
@ConfigurationProperties("aifactory.mail")
record MailSettings(String from, Duration sweepInterval, Duration givenUpAfter) {}
