@NullMarked
package org.aifactory.client.upload;

import org.jspecify.annotations.NullMarked;
