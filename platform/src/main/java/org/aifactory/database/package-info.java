/** The one store: a PostgreSQL server that the platform runs itself, or one that it is given. */
@NullMarked
@ApplicationModule(displayName = "Database")
package org.aifactory.database;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
