package org.aifactory.notices;

/** Mail is to be sent, and something that it needs was not said; the sentence says what. */
public final class MailFault extends RuntimeException {

    MailFault(String sentence) {
        super(sentence);
    }
}
