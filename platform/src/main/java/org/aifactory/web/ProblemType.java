package org.aifactory.web;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;

/**
 * Everything that the API can answer instead of what was asked. The name is part of the API: {@code NOT_ENOUGH_LEFT} is
 * {@code /docs/problems/not-enough-left}, and {@code problem.not-enough-left.title} and {@code .advice} in the message bundles
 * say what it means and what to do.
 */
public enum ProblemType {
    /** The request is not in the form that the API describes. */
    INVALID_REQUEST(HttpStatus.BAD_REQUEST),
    /** Nobody is signed in, or the token is unknown, expired or revoked. */
    SIGN_IN_NEEDED(HttpStatus.UNAUTHORIZED),
    /** The person may see the thing and may not do this with it. */
    NOT_ALLOWED(HttpStatus.FORBIDDEN),
    /** There is no such thing, or it belongs to somebody else. */
    NOT_FOUND(HttpStatus.NOT_FOUND),
    /** The thing is not in a state in which this can be done. */
    NOT_NOW(HttpStatus.CONFLICT),
    /** Another already has this name, address or number. */
    ALREADY_TAKEN(HttpStatus.CONFLICT),
    /** Somebody else changed the thing since it was read. */
    CHANGED_MEANWHILE(HttpStatus.CONFLICT),
    /** More was asked for than the allocation, pool or limit has left. */
    NOT_ENOUGH_LEFT(HttpStatus.CONFLICT),
    /** The body is larger than what is taken. */
    TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE),
    /** What was sent has another checksum than was announced; the number is the upload protocol's (tus). */
    CHECKSUM_DIFFERS(460),
    /** What was sent can be read, and a rule forbids it. */
    AGAINST_RULES(HttpStatus.UNPROCESSABLE_CONTENT),
    /** Too many attempts in too short a time. */
    TOO_MANY_ATTEMPTS(HttpStatus.TOO_MANY_REQUESTS),
    /** A mistake of ours. */
    UNEXPECTED(HttpStatus.INTERNAL_SERVER_ERROR),
    /** Something that this needs does not answer just now. */
    UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE),
    /** There is no room left on a disk of the platform. */
    DISK_FULL(HttpStatus.INSUFFICIENT_STORAGE);

    private final int status;

    ProblemType(HttpStatus status) {
        this(status.value());
    }

    ProblemType(int status) {
        this.status = status;
    }

    public HttpStatusCode status() {
        return HttpStatusCode.valueOf(status);
    }

    /** As it stands in addresses and keys of messages: {@code not-enough-left}. */
    public String slug() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<ProblemType> named(String slug) {
        return Arrays.stream(values()).filter(type -> type.slug().equals(slug)).findFirst();
    }

    /** The one that says best what a status says alone. */
    static ProblemType of(int status) {
        return switch (status) {
            case 401 -> SIGN_IN_NEEDED;
            case 403 -> NOT_ALLOWED;
            case 404 -> NOT_FOUND;
            case 409 -> NOT_NOW;
            case 413 -> TOO_LARGE;
            case 422 -> AGAINST_RULES;
            case 429 -> TOO_MANY_ATTEMPTS;
            case 503 -> UNAVAILABLE;
            case 507 -> DISK_FULL;
            default -> status < 500 ? INVALID_REQUEST : UNEXPECTED;
        };
    }
}
