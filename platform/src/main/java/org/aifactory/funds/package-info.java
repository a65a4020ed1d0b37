/** Public-private funds: who has committed, what is hoped for or advised, what was drawn, invested and is left. Booked in the ledger. */
@NullMarked
@ApplicationModule(displayName = "Funds")
package org.aifactory.funds;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
