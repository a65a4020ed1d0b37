package org.aifactory.notices;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Whether this platform sends mail at all. */
@Component
class MailSwitch {
    private final boolean isOn;

    MailSwitch(@Value("${spring.mail.host:}") String host) {
        isOn = !host.isBlank();
    }

    boolean isOn() {
        return isOn;
    }
}
