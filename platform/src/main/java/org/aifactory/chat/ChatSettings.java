package org.aifactory.chat;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * How models are served.
 *
 * @param idle how long a server stays when nobody asks
 * @param longest how long a server runs at most, and so how much of an allocation it holds; the next question starts another
 * @param shortest what an allocation has to have left for a server to be started
 * @param patience how long a question waits for a server that starts
 * @param waiting how many questions of one organisation may wait
 * @param answerLasts how long an answer may take
 * @param largestQuestion of one request
 * @param cores that a server has
 * @param farewell how long a stop of the platform waits for its servers to end
 */
@ConfigurationProperties("aifactory.chat")
record ChatSettings(
        Duration idle,
        Duration longest,
        Duration shortest,
        Duration patience,
        int waiting,
        Duration answerLasts,
        DataSize largestQuestion,
        int cores,
        Duration farewell) {}
