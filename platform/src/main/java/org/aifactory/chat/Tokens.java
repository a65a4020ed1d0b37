package org.aifactory.chat;

/** What a question and its answers took. */
record Tokens(long prompt, long completion) {
    static final Tokens NONE = new Tokens(0, 0);
}
