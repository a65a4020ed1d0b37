/** What organisations bring and keep: files named by their content, uploads that resume, datasets and their immutable versions. */
@NullMarked
@ApplicationModule(displayName = "Data")
package org.aifactory.data;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
