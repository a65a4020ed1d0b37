package org.aifactory.engine.cli;

import picocli.CommandLine.Command;

@Command(
        name = "tokenizer",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Trains a tokenizer, and turns text into token ids and back.",
        footer = {"", "Example:", "  ./aifactory engine tokenizer train --text documents/ --vocab 8192 --out words"},
        subcommands = {TokenizerTrainCommand.class, TokenizerEncodeCommand.class, TokenizerDecodeCommand.class})
final class TokenizerCommand {}
