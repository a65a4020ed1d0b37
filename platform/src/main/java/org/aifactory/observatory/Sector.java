package org.aifactory.observatory;

/** Where an initiative is to be of use. */
enum Sector {
    HEALTH_CARE,
    AGRICULTURE,
    EDUCATION,
    CITIES,
    INDUSTRY,
    ENERGY,
    CLIMATE,
    MOBILITY,
    FINANCE,
    SECURITY,
    PUBLIC_SERVICES
}
