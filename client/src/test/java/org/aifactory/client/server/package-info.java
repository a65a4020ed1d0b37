@NullMarked
package org.aifactory.client.server;

import org.jspecify.annotations.NullMarked;
