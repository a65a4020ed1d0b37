@NullMarked
package org.aifactory.ledger;

import org.jspecify.annotations.NullMarked;
