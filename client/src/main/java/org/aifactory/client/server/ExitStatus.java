package org.aifactory.client.server;

/** How a command ends, so that a script can tell one end from another. What the program prints says the rest. */
public enum ExitStatus {
    DONE(0),
    /** A mistake of the client's own. */
    UNEXPECTED(1),
    /** The words of the command cannot be understood, or one is missing and there is nobody to ask. */
    USAGE(2),
    /** The request breaks a rule, or a file of this machine cannot be used. */
    REFUSED(3),
    /** There is no token, or it is unknown, expired or revoked: {@code aifactory login}. */
    SIGN_IN_NEEDED(4),
    /** Nothing answers at the server's address, or the connection broke and did not come back. */
    UNREACHABLE(5),
    /** The person may see the thing and may not do this with it. */
    NOT_ALLOWED(6),
    /** There is no such thing, or it belongs to somebody else. */
    NOT_FOUND(7),
    /** The thing is not in a state in which this can be done, or its name is taken. */
    NOT_NOW(8),
    /** More was asked for than the allocation, pool or limit has left. */
    NOT_ENOUGH_LEFT(9),
    /** Too many requests; later it works. */
    TOO_MANY(10),
    /** The server could not do what it should have: a mistake of its, or something it needs is away. */
    SERVER_FAILED(11),
    /** The run that was watched did not succeed. */
    RUN_FAILED(12),
    /** The person stopped the command, or declined to go on. */
    STOPPED(130);

    private final int number;

    ExitStatus(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /** What a refusal means, by its HTTP status and the slug of its type. */
    static ExitStatus of(int status, String type) {
        if (type.equals("not-enough-left")) {
            return NOT_ENOUGH_LEFT;
        }
        return switch (status) {
            case 401 -> SIGN_IN_NEEDED;
            case 403 -> NOT_ALLOWED;
            case 404, 410 -> NOT_FOUND;
            case 409, 423 -> NOT_NOW;
            case 429 -> TOO_MANY;
            default -> status < 500 ? REFUSED : SERVER_FAILED;
        };
    }
}
