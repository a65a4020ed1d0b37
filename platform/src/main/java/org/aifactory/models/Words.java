package org.aifactory.models;

/**
 * What the organisation says of a model beside the facts; empty where it has not said it.
 *
 * @param intendedUse for what, and for whom, it is made
 * @param limits for what it is not to be used, and what goes wrong
 * @param risks what could harm people, and what was done about it
 * @param contact whom to ask
 */
public record Words(String description, String intendedUse, String limits, String risks, String contact) {
    public static final Words NONE = new Words("", "", "", "", "");
}
