package org.aifactory.observatory;

/** What a line of an initiative is for. */
enum Purpose {
    RESEARCH,
    CHIPS,
    COMPUTE,
    HIRING,
    CHIEF_AI_OFFICERS,
    PUBLIC_SERVICES,
    SAFETY,
    START_UPS,
    SCALE_UPS,
    TECHNOLOGY_TRANSFER,
    TRAINING,
    OTHER
}
