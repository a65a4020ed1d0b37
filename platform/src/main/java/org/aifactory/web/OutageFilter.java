package org.aifactory.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Answers for the platform while its database is away. Sessions and tokens are looked up before any controller is called, and every
 * page asks who looks at it, so the answer is made here, of nothing that the database would have to tell. Parameters that cannot be read are
 * met here, too, by the first filter that asks for one.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 20)
class OutageFilter extends OncePerRequestFilter {
    private static final Logger LOG = LoggerFactory.getLogger(OutageFilter.class);

    private final PlainAnswers answers;
    private final Outages outages;

    OutageFilter(PlainAnswers answers, Outages outages) {
        this.answers = answers;
        this.outages = outages;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            chain.doFilter(request, response);
        } catch (ServletException | RuntimeException failure) {
            Optional<Problem> problem = outages.problem(failure);
            if (problem.isEmpty() || response.isCommitted()) {
                throw failure;
            }
            LOG.warn("Request {} {} failed: {}", request.getMethod(), request.getRequestURI(), failure.toString());
            response.reset();
            if (problem.get().type().status().is5xxServerError()) {
                response.setHeader(HttpHeaders.RETRY_AFTER, ProblemAdvice.RETRY_AFTER_SECONDS);
            }
            answers.send(problem.get(), request, response);
        }
    }
}
