package org.aifactory.web;

import java.io.Serializable;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/**
 * What was done, said once on the page that a form leads to.
 *
 * @param tone {@code good}, {@code warn} or {@code bad}
 */
public record Said(String tone, Message message) implements Serializable {
    /** The name under which the frame looks for it. */
    private static final String ATTRIBUTE = "said";

    public static void good(RedirectAttributes redirect, String key, String... words) {
        redirect.addFlashAttribute(ATTRIBUTE, new Said("good", Message.of(key, (Object[]) words)));
    }

    public static void warn(RedirectAttributes redirect, String key, String... words) {
        redirect.addFlashAttribute(ATTRIBUTE, new Said("warn", Message.of(key, (Object[]) words)));
    }

    public static void bad(RedirectAttributes redirect, String key, String... words) {
        redirect.addFlashAttribute(ATTRIBUTE, new Said("bad", Message.of(key, (Object[]) words)));
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
        redirect.addFlashAttribute(ATTRIBUTE, new Said("bad", problem.message()));
    }
}
