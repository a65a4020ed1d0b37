"""Model folders as transformers and tokenizers make them: tiny, with random weights, in the forms of well-known families."""

import dataclasses

import tokenizers
import torch
import transformers
from tokenizers import decoders, models, normalizers, pre_tokenizers, processors, trainers

import texts

LLAMA_3_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN_SPLIT = LLAMA_3_SPLIT.replace(r"\p{N}{1,3}", r"\p{N}")
TEKKEN_SPLIT = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
    r"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")

LLAMA_3_TEMPLATE = (
    "{{- bos_token }}{%- for message in messages %}"
    "{{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' + message['content'] | trim + '<|eot_id|>' }}"
    "{%- endfor %}{%- if add_generation_prompt %}{{- '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{%- endif %}")
QWEN_TEMPLATE = (
    "{%- if messages[0].role == 'system' %}{{- '<|im_start|>system\n' + messages[0].content + '<|im_end|>\n' }}{%- endif %}"
    "{%- for message in messages %}{%- if message.role != 'system' %}"
    "{{- '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>' + '\n' }}{%- endif %}{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\n' }}{%- endif %}")
MISTRAL_TEMPLATE = (
    "{%- if messages[0]['role'] == 'system' %}{%- set system_message = messages[0]['content'] %}{%- set loop_messages = messages[1:] %}"
    "{%- else %}{%- set loop_messages = messages %}{%- endif %}{{- bos_token }}"
    "{%- for message in loop_messages %}{%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{- raise_exception('roles must alternate') }}{%- endif %}"
    "{%- if message['role'] == 'user' %}{%- if loop.last and system_message is defined %}"
    "{{- '[INST]' + system_message + '\n\n' + message['content'] + '[/INST]' }}{%- else %}"
    "{{- '[INST]' + message['content'] + '[/INST]' }}{%- endif %}"
    "{%- else %}{{- message['content'] + eos_token }}{%- endif %}{%- endfor %}")
FALCON_TEMPLATE = (
    "{%- for message in messages %}{%- if message['role'] == 'system' %}{{ '<|system|>\n' + message['content'] + '\n' }}"
    "{%- elif message['role'] == 'user' %}{{ '<|user|>\n' + message['content'] + '\n' }}"
    "{%- elif message['role'] == 'assistant' %}{{ '<|assistant|>\n' + message['content'] + eos_token + '\n' }}{%- endif %}"
    "{%- if loop.last and add_generation_prompt %}{{ '<|assistant|>\n' }}{%- endif %}{%- endfor %}")


@dataclasses.dataclass(frozen=True)
class Family:
    """How a family cuts text and names its control tokens."""

    steps: list
    special: list
    end: str
    template: str
    beginning: str | None = None
    normalizer: object = None

    def tokenizer(self, vocabulary=600):
        tokenizer = tokenizers.Tokenizer(models.BPE(ignore_merges=self.beginning == "<|begin_of_text|>"))
        if self.normalizer:
            tokenizer.normalizer = self.normalizer
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence(self.steps)
        tokenizer.decoder = decoders.ByteLevel()
        tokenizer.train_from_iterator(
            texts.SENTENCES * 3,
            trainers.BpeTrainer(
                vocab_size=vocabulary, special_tokens=self.special, show_progress=False,
                initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
        if self.beginning:
            tokenizer.post_processor = processors.Sequence([
                processors.ByteLevel(trim_offsets=False),
                processors.TemplateProcessing(
                    single=f"{self.beginning} $A", pair=f"{self.beginning} $A {self.beginning}:1 $B:1",
                    special_tokens=[(self.beginning, tokenizer.token_to_id(self.beginning))])])
        roles = {"eos_token": self.end, "pad_token": self.end}
        if self.beginning:
            roles["bos_token"] = self.beginning
        return transformers.PreTrainedTokenizerFast(
            tokenizer_object=tokenizer, chat_template=self.template, clean_up_tokenization_spaces=False, **roles)


def split(pattern):
    return [
        pre_tokenizers.Split(tokenizers.Regex(pattern), behavior="isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]


LLAMA_3 = Family(
    split(LLAMA_3_SPLIT),
    ["<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"],
    "<|eot_id|>", LLAMA_3_TEMPLATE, beginning="<|begin_of_text|>")
QWEN_3 = Family(
    split(QWEN_SPLIT), ["<|endoftext|>", "<|im_start|>", "<|im_end|>"], "<|im_end|>", QWEN_TEMPLATE,
    normalizer=normalizers.NFC())
MISTRAL = Family(
    split(TEKKEN_SPLIT), ["<unk>", "<s>", "</s>", "[INST]", "[/INST]"], "</s>", MISTRAL_TEMPLATE, beginning="<s>")
FALCON_3 = Family(
    [pre_tokenizers.Punctuation("contiguous"), pre_tokenizers.ByteLevel(add_prefix_space=False),
     pre_tokenizers.Digits(individual_digits=False), pre_tokenizers.Split(tokenizers.Regex("[0-9][0-9][0-9]"), "isolated")],
    ["<|endoftext|>", "<|system|>", "<|user|>", "<|assistant|>"], "<|endoftext|>", FALCON_TEMPLATE)

LLAMA_3_STRETCH = {
    "rope_type": "llama3", "rope_theta": 500_000.0, "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
    "original_max_position_embeddings": 32}

SIZES = {
    "vocab_size": 640, "hidden_size": 64, "intermediate_size": 160, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "max_position_embeddings": 256, "initializer_range": 0.2, "use_cache": True}


def plain(theta):
    return {"rope_type": "default", "rope_theta": theta}


#: name: family, class of the configuration, what differs from SIZES, number format, bytes of a shard
MODELS = {
    "llama": (LLAMA_3, transformers.LlamaConfig, {"rope_parameters": plain(500_000.0)}, "float32", None),
    "llama, tied, stretched, bf16": (
        LLAMA_3, transformers.LlamaConfig,
        {"rope_parameters": LLAMA_3_STRETCH, "tie_word_embeddings": True, "head_dim": 16}, "bfloat16", None),
    "llama, linear, one head each, f16": (
        LLAMA_3, transformers.LlamaConfig,
        {"rope_parameters": {"rope_type": "linear", "factor": 4.0, "rope_theta": 10_000.0}, "num_key_value_heads": 4},
        "float16", None),
    "llama, sharded": (
        LLAMA_3, transformers.LlamaConfig,
        {"rope_parameters": plain(10_000.0), "num_key_value_heads": 1, "num_hidden_layers": 3}, "float32", 100_000),
    "qwen3": (
        QWEN_3, transformers.Qwen3Config,
        {"rope_parameters": plain(1_000_000.0), "head_dim": 32, "tie_word_embeddings": True}, "float32", None),
    "qwen3, untied, sharded, bf16": (
        QWEN_3, transformers.Qwen3Config,
        {"rope_parameters": plain(1_000_000.0), "head_dim": 32, "tie_word_embeddings": False}, "bfloat16", 60_000),
    "qwen3, stretched": (
        QWEN_3, transformers.Qwen3Config,
        {"rope_parameters": LLAMA_3_STRETCH, "head_dim": 16, "tie_word_embeddings": True}, "float32", None),
    "mistral": (
        MISTRAL, transformers.MistralConfig,
        {"rope_parameters": plain(1_000_000.0), "head_dim": 32, "sliding_window": None}, "bfloat16", None),
    "falcon3": (
        FALCON_3, transformers.LlamaConfig,
        {"rope_parameters": plain(1_000_042.0), "head_dim": 32, "rms_norm_eps": 1e-6}, "bfloat16", None),
}


def write(name, folder):
    """Makes the model of this name and saves it and its tokenizer as transformers does."""
    family, config_class, changes, dtype, shard_bytes = MODELS[name]
    tokenizer = family.tokenizer()
    torch.manual_seed(sum(name.encode()))
    config = config_class(**{
        **SIZES, **changes, "dtype": dtype, "bos_token_id": tokenizer.bos_token_id, "eos_token_id": tokenizer.eos_token_id})
    model = transformers.AutoModelForCausalLM.from_config(config).to(getattr(torch, dtype))
    for parameter in model.parameters():
        if parameter.dim() == 1:  # scales of norms: all one unless shaken
            torch.nn.init.normal_(parameter, 1.0, 0.2)
    model.save_pretrained(folder, **({"max_shard_size": shard_bytes} if shard_bytes else {}))
    tokenizer.save_pretrained(folder)
