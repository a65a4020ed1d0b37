package org.aifactory.engine.corpus;

/**
 * A corpus in two parts that share no text. Of 20 text documents or more, 5 % are held out, at most 10 % of the bytes and 32 MiB;
 * of fewer, the last 10 % of each, cut at a paragraph (together at most 32 MiB). Of 20 conversations or more, 5 % are held out;
 * of fewer none, because each of them is needed for learning.
 *
 * @param training what is learned, in the order of the files
 * @param validation what learning is judged by; may be empty
 */
public record Split(DocumentSet training, DocumentSet validation) {}
