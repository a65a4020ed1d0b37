/** Who has how much of what: money and time on machines, in double entry. */
@NullMarked
@ApplicationModule(displayName = "Ledger")
package org.aifactory.ledger;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
