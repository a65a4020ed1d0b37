package org.aifactory.web;

import java.io.Serializable;
import java.util.List;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/**
 * What was done, said once on the page that a form leads to.
 *
 * @param tone {@code good}, {@code warn} or {@code bad}
 * @param key of the message
 * @param words what it is about
 */
public record Said(String tone, String key, List<String> words) implements Serializable {
    /** The name under which the frame looks for it. */
    private static final String ATTRIBUTE = "said";

    public static void good(RedirectAttributes redirect, String key, String... words) {
        redirect.addFlashAttribute(ATTRIBUTE, new Said("good", key, List.of(words)));
    }

    public static void warn(RedirectAttributes redirect, String key, String... words) {
        redirect.addFlashAttribute(ATTRIBUTE, new Said("warn", key, List.of(words)));
    }

    public static void bad(RedirectAttributes redirect, String key, String... words) {
        redirect.addFlashAttribute(ATTRIBUTE, new Said("bad", key, List.of(words)));
    }

    /** Does what a form asks for; where it is refused, the page to which the form leads says so. */
    public static void orRefused(RedirectAttributes redirect, Runnable work) {
        try {
            work.run();
        } catch (Problem refused) {
            refused(redirect, refused);
        }
    }

    /** A refusal, said on the page to which the form leads back. */
    public static void refused(RedirectAttributes redirect, Problem problem) {
        bad(redirect, "frame.refused", problem.sentence());
    }
}
