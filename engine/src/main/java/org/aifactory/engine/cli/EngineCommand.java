package org.aifactory.engine.cli;

import picocli.CommandLine.Command;

@Command(
        name = "engine",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Trains, runs, evaluates and exports models.",
        footer = {"", "Example:", "  ./aifactory engine train --text my-documents/ --out my-model"},
        subcommands = {
            TrainCommand.class,
            GenerateCommand.class,
            ChatCommand.class,
            ServeCommand.class,
            EvaluateCommand.class,
            ExportCommand.class,
            TokenizerCommand.class
        })
final class EngineCommand {}
