package org.aifactory.web;

import java.util.Optional;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.web.multipart.MultipartException;

/** Parameters and parts of forms that cannot be read, or have names that nothing has; the server and the firewall find out when they are first asked for, wherever that is. */
final class Unreadable {
    private Unreadable() {}

    /** Empty where it was something else. */
    static Optional<Problem> problem(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidParameterException
                    || cause instanceof MultipartException
                    || cause instanceof RequestRejectedException) {
                return Optional.of(Problem.of(ProblemType.INVALID_REQUEST, "problem.unreadable.parameters"));
            }
        }
        return Optional.empty();
    }
}
