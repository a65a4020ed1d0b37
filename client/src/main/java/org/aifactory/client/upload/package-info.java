/** Files on their way to the platform, in parts that go on where they stopped. */
@NullMarked
package org.aifactory.client.upload;

import org.jspecify.annotations.NullMarked;
