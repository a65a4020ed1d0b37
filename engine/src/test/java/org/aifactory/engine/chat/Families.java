package org.aifactory.engine.chat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.aifactory.engine.tokenizer.BpeTrainer;
import org.aifactory.engine.tokenizer.Tokenizer;

/** Chat templates of our own writing with the constructs of the families' templates, and a tokenizer that knows their tokens. */
final class Families {
    /** Trims, writes the date, always has a system turn. */
    static final String HEADERS = """
            {{- bos_token }}
            {%- set date = strftime_now("%d %b %Y") if strftime_now is defined else "1 Jan 2025" %}
            {%- if messages[0]['role'] == 'system' %}
                {%- set system = messages[0]['content']|trim %}
                {%- set messages = messages[1:] %}
            {%- else %}
                {%- set system = "" %}
            {%- endif %}
            {{- "<|head|>system<|/head|>\\n\\nDate: " + date + "\\n\\n" + system + "<|eot|>" }}
            {%- for message in messages %}
                {{- '<|head|>' + message['role'] + '<|/head|>\\n\\n' + message['content'] | trim + '<|eot|>' }}
            {%- endfor %}
            {%- if add_generation_prompt %}
                {{- '<|head|>assistant<|/head|>\\n\\n' }}
            {%- endif %}
            """;

    /** Wants turns to alternate, has no system turn, and knows no generation prompt. */
    static final String INSTRUCTIONS = """
            {%- if messages[0].role == "system" %}
                {%- set system, rest = messages[0].content, messages[1:] %}
            {%- else %}
                {%- set rest = messages %}
            {%- endif %}
            {%- set questions = rest | selectattr("role", "equalto", "user") | list %}
            {{- bos_token }}
            {%- for message in rest %}
                {%- if (message.role == "user") != (loop.index0 % 2 == 0) %}
                    {{- raise_exception("roles must alternate user/assistant/user/assistant") }}
                {%- endif %}
                {%- if message.role == "user" %}
                    {{- "[INST] " }}
                    {%- if message == questions[-1] and system is defined %}
                        {{- system + "\\n\\n" }}
                    {%- endif %}
                    {{- message.content + " [/INST]" }}
                {%- else %}
                    {{- " " + message.content + eos_token }}
                {%- endif %}
            {%- endfor %}
            """;

    /** Cuts thoughts out of earlier replies and writes an empty thought before the last. */
    static final String THOUGHTS = """
            {%- set ns = namespace(last=messages|length - 1, searching=true) %}
            {%- for message in messages[::-1] %}
                {%- set index = messages|length - 1 - loop.index0 %}
                {%- if ns.searching and message.role == "user" and not message.content.startswith('<result>') %}
                    {%- set ns.searching = false %}
                    {%- set ns.last = index %}
                {%- endif %}
            {%- endfor %}
            {%- for message in messages %}
                {%- if message.role == "assistant" %}
                    {%- set content, thought = message.content, '' %}
                    {%- if '</think>' in content %}
                        {%- set thought = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
                        {%- set content = content.split('</think>')[-1].lstrip('\\n') %}
                    {%- endif %}
                    {%- if loop.index0 > ns.last and (loop.last or thought) %}
                        {{- '<|turn|>assistant\\n<think>\\n' + thought.strip('\\n') + '\\n</think>\\n\\n' + content.lstrip('\\n') }}
                    {%- else %}
                        {{- '<|turn|>assistant\\n' + content }}
                    {%- endif %}
                    {{- '<|done|>\\n' }}
                {%- else %}
                    {{- '<|turn|>' + message.role + '\\n' + message.content + '<|done|>\\n' }}
                {%- endif %}
            {%- endfor %}
            {%- if add_generation_prompt %}
                {{- '<|turn|>assistant\\n' }}
            {%- endif %}
            """;

    /** Ends a reply with the end of text, without a line break after the last; makes control tokens of roles. */
    static final String ROLES =
            "{% for message in messages %}{{ '<|' + message['role'] + '|>\\n' + message['content'] }}"
                    + "{% if message['role'] == 'assistant' %}{% generation %}{{ eos_token }}{% endgeneration %}"
                    + "{% if not loop.last %}{{ '\\n' }}{% endif %}{% else %}{{ '\\n' }}{% endif %}"
                    + "{% if loop.last and add_generation_prompt %}{{ '<|assistant|>\\n' }}{% endif %}{% endfor %}";

    static final Map<String, String> ALL = Map.of(
            "ChatML", ChatTemplate.CHATML,
            "headers", HEADERS,
            "instructions", INSTRUCTIONS,
            "thoughts", THOUGHTS,
            "roles", ROLES);

    static final List<String> CONTROL = List.of(
            "<|im_start|>",
            "<|im_end|>",
            "<|head|>",
            "<|/head|>",
            "<|eot|>",
            "[INST]",
            "[/INST]",
            "<|turn|>",
            "<|done|>",
            "<think>",
            "</think>",
            "<|system|>",
            "<|user|>",
            "<|assistant|>",
            "<|endoftext|>");

    private static final Tokenizer TOKENIZER = new BpeTrainer(400)
            .train(Stream.of(
                    "the user asked the assistant what the system is, and the assistant answered: it is there"))
            .withSpecialTokens(CONTROL, 1000)
            .orElseThrow();

    private Families() {}

    static Tokenizer tokenizer(String template) {
        return TOKENIZER.withChatTemplate(template);
    }
}
