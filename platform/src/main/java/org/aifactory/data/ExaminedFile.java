package org.aifactory.data;

/** @param remark what a person should know of the file; empty where there is nothing to say */
record ExaminedFile(DatasetFile file, String remark) {}
