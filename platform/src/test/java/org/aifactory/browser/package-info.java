/** The pages as people meet them, in Chromium. */
@org.jspecify.annotations.NullMarked
package org.aifactory.browser;
