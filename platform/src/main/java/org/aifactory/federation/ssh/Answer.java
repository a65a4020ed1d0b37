package org.aifactory.federation.ssh;

/**
 * What became of a command: it has ended, and everything that it printed is here.
 *
 * @param status as the shell tells it
 * @param complaints what it printed on standard error
 */
public record Answer(int status, String printed, String complaints) {

    public boolean isWell() {
        return status == 0;
    }
}
