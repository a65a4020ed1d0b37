package org.aifactory.engine.chat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.aifactory.engine.jinja.Text;

/**
 * Finds in a rendered conversation where the assistant takes the word and where its words end.
 *
 * @param opening what a prompt says after the last words of the user
 * @param generationPrompt the part of it that is there only because a reply is wanted; empty where the template does not care
 */
record Turns(String opening, String generationPrompt) {

    /** How conversations are rendered, with or without the opening of a reply. */
    @FunctionalInterface
    interface Rendering {
        Text of(List<Message> messages, boolean opensTurn);
    }

    /**
     * A turn of the assistant, as indices of characters.
     *
     * @param from where its prompt would end
     * @param wordsEnd where its words end
     */
    record Turn(int from, int wordsEnd) {}

    /** Asks a template how it opens a reply. */
    static Turns of(Rendering template) {
        List<Message> question = List.of(Message.user("x"));
        Text with = template.of(question, true);
        String without = template.of(question, false).chars();
        int words = with.origins().lastIndexOf(1);
        int same = 0;
        while (same < Math.min(with.length(), without.length()) && with.chars().charAt(same) == without.charAt(same)) {
            same++;
        }
        return new Turns(
                words < 0 ? "" : with.chars().substring(words + 1), with.chars().substring(same));
    }

    /**
     * The assistant's turns in a rendered conversation, in order. Left out are those that the template left out, and those into
     * which it put the words of others.
     */
    List<Turn> find(Text text, List<Message> messages) {
        int[] first = new int[messages.size() + 1];
        int[] end = new int[messages.size() + 1];
        Arrays.fill(first, -1);
        for (int i = 0; i < text.length(); i++) {
            char origin = text.origins().charAt(i);
            first[origin] = first[origin] < 0 ? i : first[origin];
            end[origin] = i + 1;
        }
        List<Turn> turns = new ArrayList<>();
        int done = 0;
        for (int i = 0; i < messages.size(); i++) {
            int words = first[i + 1];
            boolean isAssistant = messages.get(i).role().equals(Message.ASSISTANT);
            if (isAssistant && words >= done && speaksAlone(text, words, end[i + 1])) {
                turns.add(new Turn(Math.max(done, promptEnd(text, words)), end[i + 1]));
                done = end[i + 1];
            }
        }
        return turns;
    }

    private static boolean speaksAlone(Text text, int from, int to) {
        char origin = text.origins().charAt(from);
        return text.origins().substring(from, to).chars().allMatch(other -> other == origin || other == Text.TEMPLATE);
    }

    /**
     * Where a prompt would end that asks for the words that begin at an index. It may be before them: what the template writes
     * before a reply but not into a prompt, such as an empty thought, the model must learn to say itself.
     */
    private int promptEnd(Text text, int words) {
        int others = words;
        while (others > 0 && text.origins().charAt(others - 1) == Text.TEMPLATE) {
            others--;
        }
        String between = text.chars().substring(others, words);
        if (!opening.isEmpty() && between.startsWith(opening)) {
            return others + opening.length();
        }
        int at = generationPrompt.isEmpty() ? -1 : between.lastIndexOf(generationPrompt);
        return at < 0 ? words : others + at + generationPrompt.length();
    }
}
