package org.aifactory.data;

import java.util.Optional;
import org.aifactory.web.Message;

/** @param remark what a person should know of the file; empty where there is nothing to say */
record ExaminedFile(DatasetFile file, Optional<Message> remark) {}
